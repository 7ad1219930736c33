"""One file a screen, with its .tcss beside it: a screen asks the desk, decides, and hands to widgets what they show."""
