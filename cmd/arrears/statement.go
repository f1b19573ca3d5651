package main

import (
	"context"

	"arrears/disputes"
	"arrears/disputes/statement"
)

// statementOf is the statement of a decided case as the customer got it, PDF.
func (s *service) statementOf(ctx context.Context, c disputes.Case) ([]byte, error) {
	k, err := s.clerk(debtors{s.books})
	if err != nil {
		return nil, err
	}
	said, language, err := k.StatementOf(ctx, c)
	if err != nil {
		return nil, err
	}
	return statement.PDF(said, language)
}
