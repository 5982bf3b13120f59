"""Azure itself: the only folder that connects to it. Needs the extra `live`."""
