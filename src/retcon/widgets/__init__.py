"""What screens draw with: each widget shows what it is given and tells what was pressed; none decides."""
