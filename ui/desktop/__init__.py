"""The desktop of the station, and the only home of widgets."""
