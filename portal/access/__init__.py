"""Who sees what, why, until when. Every page, feed, file, notification and export goes through here. No Flask."""
