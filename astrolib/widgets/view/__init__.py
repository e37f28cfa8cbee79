"""How the widgets show it: ipywidgets, bqplot and anywidget, which only observe a state and link to it."""
