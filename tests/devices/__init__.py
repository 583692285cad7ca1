"""Tests of the hardware side."""
