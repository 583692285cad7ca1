"""Where frames come from: a webcam, stills on disk, the tray of an emulated printer."""
