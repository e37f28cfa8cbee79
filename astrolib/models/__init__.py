"""Networks on spectra: build, train, judge, explain, map, learn actively."""
