"""The sample shop and the sandbox that plays its systems inside the process; nothing leaves the machine."""
