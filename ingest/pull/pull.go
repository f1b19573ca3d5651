// Package pull reads sources that lie behind a network: databases, web services, object stores and SFTP servers. Each lists what it has
// and hands over bytes; the landing keeps, parses and accounts for them as it does for files, and a mark on the receipt says how
// far a source has been read, so that what was read and what has landed cannot part.
package pull

import (
	"log/slog"
	"time"

	"arrears/config"
	"arrears/ingest"
)

// Options are what the sources need from outside.
type Options struct {
	Log *slog.Logger
	Now func() time.Time

	// Sleep waits, or less when the context ends; nil for the clock on the wall.
	Sleep Sleep
}

// Opener makes the sources of a configuration; nil for one that is a folder of files.
func Opener(o Options) func(config.Source) (ingest.Source, error) {
	return func(s config.Source) (ingest.Source, error) {
		o := o
		o.Log = o.Log.With("source", s.Name)
		kind, database := s.Database()
		switch {
		case s.HTTP != nil:
			return service{s, *s.HTTP, o}, nil
		case s.S3 != nil:
			return bucket{*s.S3}, nil
		case s.SFTP != nil:
			return folder{*s.SFTP, o}, nil
		case database != nil:
			servers := map[string]server{"postgres": postgres{*database}, "mysql": mysql{*database}, "sqlserver": sqlServer{*database}}
			return query{source: s, config: *database, server: servers[kind], options: o}, nil
		}
		return nil, nil //nolint:nilnil // a folder of files is the landing's own
	}
}
