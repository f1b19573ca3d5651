package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"arrears/collections"
	"arrears/dashboard"
	"arrears/disputes"
	"arrears/disputes/intake"
	"arrears/ingest"
	"arrears/ingest/schedule"
	"arrears/ledger"
	"arrears/metrics"
	"arrears/sql"
	"arrears/transform"
)

func newServe() *cobra.Command {
	var where company
	var listen string
	c := &cobra.Command{
		Use:   "serve",
		Short: "The receivables desk: refreshes on a schedule, dashboard, customer portal, /metrics, /healthz, /readyz",
		Long: `Serve refreshes at once and then whenever a source's slot comes, and serves the dashboard and /metrics from what was
published last. A refresh that fails changes nothing that is shown. The dashboard is for users who sign in (arrears user add makes
the first); /metrics, /healthz and /readyz are open, and /webhooks/NAME to chat systems that sign what they send. Customers have
pages of their own where the configuration's portal says on which address.`,
		Example: `  arrears serve -c arrears.yaml
  arrears serve -c arrears.yaml --listen 0.0.0.0:8080`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelInfo))
			if err != nil {
				return err
			}
			if listen == "" {
				listen = d.cfg.Listen
			}
			at, err := net.Listen("tcp", listen)
			if err != nil {
				return fmt.Errorf("listen: %w", err)
			}
			if d.customersAt, err = d.listenForCustomers(); err != nil {
				return errors.Join(err, at.Close())
			}
			s, err := d.service(c.Context())
			if err != nil {
				return errors.Join(err, at.Close())
			}
			return s.run(c.Context(), at)
		},
	}
	where.flags(c)
	c.Flags().StringVar(&listen, "listen", "", "`ADDRESS` of the dashboard (default: the configuration's listen)")
	return c
}

// A service is a desk with its pages, its metrics and its schedule.
type service struct {
	*desk
	pages     *dashboard.Handler
	ledger    *ledger.Ledger
	books     *bookkeeper
	disputes  *disputes.Desk
	mail      *intake.Intake
	gauges    *metrics.Gauges
	pipeline  *metrics.Pipeline
	slots     *metrics.Schedule
	handler   http.Handler
	customers http.Handler // nil without a portal
	ready     atomic.Bool  // something is published and shown
}

// service opens the ledger; run closes it. The users of a demo are who come in without a password.
func (d *desk) service(ctx context.Context, demo ...string) (*service, error) {
	kpis, err := sql.KPIs()
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(d.cfg.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time zone %s: %w", d.cfg.TimeZone, err)
	}
	s := &service{desk: d, gauges: metrics.New(metrics.SeriesLimit), pipeline: metrics.NewPipeline(version()), slots: metrics.NewSchedule()}
	d.progress = func(p ingest.Progress) { s.pipeline.Progress(p.Source, p.Bytes, p.Rows, p.Done) }
	scrape, err := metrics.Handler(d.log.With("room", "metrics"), s.gauges, s.pipeline, s.slots)
	if err != nil {
		return nil, err
	}
	if s.ledger, err = d.ledgerToServe(ctx); err != nil {
		return nil, err
	}
	s.books = &bookkeeper{desk: d}
	if s.disputes, err = d.disputeDesk(s.ledger, s.books); err != nil {
		return nil, errors.Join(err, s.ledger.Close())
	}
	if s.mail, err = d.intake(s.ledger, s.disputes, s.books); err != nil {
		return nil, errors.Join(err, s.ledger.Close())
	}
	clerk, err := d.clerk(debtors{s.books})
	if err != nil {
		return nil, errors.Join(err, s.ledger.Close())
	}
	s.pages, err = dashboard.New(dashboard.Options{
		Marts: marts{d}, Panels: sql.Panels(), Panes: sql.Panes(), Drills: sql.Drills(), KPIs: kpis, Explain: d.explanation, Models: modelsOf,
		Pipeline: d.conduit(), Company: d.cfg.Company, Zone: zone, Log: d.log.With("room", "dashboard"),
		Collections: collections.New(s.ledger, accounts{s.books}, zone).WriteLetters(dunning{clerk, s.books}),
		Disputes:    s.disputes, Documents: disputes.Shelf{State: d.cfg.State},
		Statement: s.statementOf, DocumentLink: clerk.File,
		Verify: func(ctx context.Context) (ledger.Evidence, error) { return d.evidence(ctx, nil) },
		Ledger: s.ledger, Secure: d.cfg.SignIn.Secure, Second: d.cfg.SignIn.SecondFactor, Demo: demo,
	})
	if err != nil {
		return nil, errors.Join(err, s.ledger.Close())
	}
	if s.customers, err = s.portal(); err != nil {
		return nil, errors.Join(err, s.ledger.Close())
	}
	chats, err := s.chats()
	if err != nil {
		return nil, errors.Join(err, s.ledger.Close())
	}
	mux := http.NewServeMux()
	mux.Handle("POST /webhooks/{name}", chats)
	mux.Handle("GET /metrics", scrape)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "alive") })
	mux.HandleFunc("GET /readyz", s.readiness)
	mux.Handle("/", s.pages)
	s.handler = mux
	return s, nil
}

// readiness answers once figures are shown; a later failure keeps the last good ones and stays ready.
func (s *service) readiness(w http.ResponseWriter, _ *http.Request) {
	if !s.ready.Load() {
		http.Error(w, "nothing is published yet", http.StatusServiceUnavailable)
		return
	}
	_, _ = fmt.Fprintln(w, "ready")
}

// run serves until the context ends: first what was published before, then what each refresh publishes.
func (s *service) run(ctx context.Context, at net.Listener) (err error) {
	defer func() {
		s.books.close(context.WithoutCancel(ctx))
		err = errors.Join(err, s.ledger.Close())
	}()
	if err := s.show(ctx); err != nil && !errors.Is(err, transform.ErrNothingPublished) {
		s.log.WarnContext(ctx, "what was published before cannot be shown", "cause", err)
	}
	keeper, err := s.schedule()
	if err != nil {
		return errors.Join(err, at.Close())
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.log.InfoContext(ctx, "serving", "address", "http://"+at.Addr().String())
	var beside sync.WaitGroup
	for _, work := range s.duties(keeper) {
		beside.Go(func() { work(ctx) })
	}
	err = s.answer(ctx, at, s.handler)
	cancel()
	beside.Wait()
	return err
}

// answer serves a handler until the context ends, and then those who have asked already.
func (s *service) answer(ctx context.Context, at net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
		WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(at) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		grace, end := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer end()
		return server.Shutdown(grace)
	}
}

// duties are what goes on beside the pages until the context ends, each by itself: what fails is logged and tried again.
func (s *service) duties(keeper *schedule.Runner) []func(context.Context) {
	return []func(context.Context){
		func(ctx context.Context) {
			keeper.Start(ctx)
			s.proveLedger(ctx)
			<-ctx.Done()
			keeper.Stop()
		},
		s.post, s.mornings, s.watchMail,
		s.settleDisputes,
		s.instruct,
		s.tell,
		s.serveCustomers,
		s.watchFolders,
	}
}

func (s *service) count(report ingest.Report) {
	for name, standing := range report.Sources {
		s.pipeline.Asked(name, standing.Good, standing.Cause != "")
	}
	for _, r := range report.Landed {
		for _, d := range r.Drift {
			s.pipeline.Drifted(r.Source, d.Kind)
		}
		if r.Failed != "" {
			s.pipeline.Refused(r.Source)
		} else {
			s.pipeline.Landed(r.Source, r.Landed, r.Rejected, r.NonData)
		}
	}
}

// show swaps what pages and metrics read for what is published now.
func (s *service) show(ctx context.Context) (err error) {
	v, err := s.at(ctx, transform.Reading{})
	if err != nil {
		return err
	}
	defer closing(v, &err)
	if err := s.gauges.Publish(ctx, v.DB, sql.Metrics()); err != nil {
		return err
	}
	if err := s.pages.Publish(ctx); err != nil {
		return err
	}
	s.ready.Store(true)
	s.ruleDeductions(ctx)
	return nil
}

// marts lends the dashboard the marts on any date.
type marts struct{ *desk }

// historyMonths is how many month-ends pages show before another date, as they do before the published one.
const historyMonths = 24

// At opens the marts at a date, the published ones for the zero time.
func (m marts) At(ctx context.Context, asOf time.Time) (dashboard.View, func(), error) {
	v, err := m.at(ctx, transform.Reading{AsOf: asOf, Months: historyMonths})
	if errors.Is(err, transform.ErrNothingPublished) {
		return dashboard.View{}, nil, dashboard.ErrNotPublished
	}
	if err != nil {
		return dashboard.View{}, nil, err
	}
	release := func() {
		if err := v.Close(); err != nil {
			m.log.WarnContext(ctx, "closing the marts", "cause", err)
		}
	}
	landed, err := landedEvents(ctx, v.DB)
	if err != nil {
		release()
		return dashboard.View{}, nil, err
	}
	return dashboard.View{DB: v.DB, Run: v.Run, AsOf: v.AsOf, Landed: landed}, release, nil
}

// explanation is what the page behind a figure shows.
func (d *desk) explanation(ctx context.Context, kpi string, asOf time.Time) (e dashboard.Explanation, err error) {
	v, err := d.at(ctx, transform.Reading{AsOf: asOf})
	if err != nil {
		return e, err
	}
	defer closing(v, &err)
	return d.explain(ctx, v, kpi, 200)
}
