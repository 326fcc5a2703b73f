"""Paper on equal terms: the sheet of a week, what is printed for whom, the coupons that come back, who was reached."""
