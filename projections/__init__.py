"""What each desk holds, and the loops that feed it: views are built from what was disclosed, never from what is known."""
