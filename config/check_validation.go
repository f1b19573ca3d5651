package config

// validation checks what claims are tested against.
func (c *checker) validation(v Validation) {
	if v.FilingDays < 1 || v.FilingDays > 3650 {
		c.mistake("validation.filing_days", "is a number of days from 1 to 3650")
	}
	if v.DeductionDays < 0 || v.DeductionDays > 3650 {
		c.mistake("validation.deduction_days", "is a number of days from 0 to 3650; 0 leaves it to people")
	}
	if v.DeductionPaid < 1 || v.DeductionPaid > 99 {
		c.mistake("validation.deduction_paid", "is a percentage from 1 to 99")
	}
}
