"""Every counter job as a command, over the same services as the desktop."""
