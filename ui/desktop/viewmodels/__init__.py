"""What each screen shows, with one signal per topic; testable without a window."""
