"""The page a household sees after scanning a code; runs where no Qt is installed."""
