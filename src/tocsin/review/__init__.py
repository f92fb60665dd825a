"""Enter what was said, by whom, where; grade it; record the other side; accept it, or say why not."""
