"""What the widgets know: traitlets without a view, testable without a browser."""
