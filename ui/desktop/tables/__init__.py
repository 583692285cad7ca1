"""Tables of the desktop: QAbstractTableModel over plain rows."""
