package main

import (
	"errors"

	"arrears/config"
	"arrears/transform"
)

// What the process says when it ends.
const (
	exitDone     = 0 // done
	exitFailed   = 1 // failed
	exitUsage    = 2 // wrong usage or configuration
	exitWarnings = 3 // done, with rows in quarantine above the source's limit or a failed warn check
)

// usageError is a mistake of whoever typed the command.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// told ends a command with a status after it has said itself what there is to say.
type told int

func (told) Error() string { return "already reported" }

func exitStatus(err error) int {
	var usage usageError
	var mistakes *config.Mistakes
	var status told
	switch {
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &usage), errors.As(err, &mistakes), errors.Is(err, transform.ErrAsOf),
		errors.Is(err, transform.ErrCurrency):
		return exitUsage
	default:
		return exitFailed
	}
}
