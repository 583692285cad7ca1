"""The screens: they connect, lay out and paint. What they show comes from viewmodels, what they do from services."""
