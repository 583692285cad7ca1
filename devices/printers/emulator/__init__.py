"""The far end of a transport that behaves like the hardware and keeps the finished cards."""
