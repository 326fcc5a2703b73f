"""The outside: DUI, files, mail. One port each, with a fake. No Flask."""
