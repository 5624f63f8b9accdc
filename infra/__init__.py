"""How the hub is run beside other services: launchers that start the real ones on this machine alone."""
