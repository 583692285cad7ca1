"""From a permit to a picture of plastic; refuses to draw what no font can show."""
