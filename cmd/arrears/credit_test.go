package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A small company whose credit figures are worked out by hand. Of 1,000 billed to A in January 2025, 400 were still open on the 31st and
// the 61st day, 40 on the 91st, and these 40 were written off.
func smallCredit(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range map[string]string{
		"customers.csv": "customer_id,parent_id,credit_limit,currency\nA,,450,EUR\nB,A,120,EUR\nC,,100,EUR\nD,,,EUR\n",
		"invoices.csv": "invoice_id,customer_id,issued_on,due_on,amount,currency\n" +
			"I1,A,2025-01-01,2025-01-31,600,EUR\nI2,A,2025-01-01,2025-01-31,400,EUR\nI3,A,2026-10-01,2026-10-31,500,EUR\n" +
			"I4,B,2026-10-15,2026-11-14,100,EUR\nI5,C,2026-10-20,2026-12-19,90,EUR\n" +
			"I6,D,2026-06-01,2026-07-01,400,EUR\nI7,D,2026-06-02,2026-07-02,300,EUR\nI8,D,2026-06-03,2026-07-03,200,EUR\n",
		"payments.csv": "payment_id,customer_id,received_on,amount,currency\nP1,A,2025-01-31,600,EUR\nP2,A,2025-05-01,360,EUR\n" +
			"P6,D,2026-07-11,400,EUR\nP7,D,2026-07-12,300,EUR\nP8,D,2026-06-22,200,EUR\n",
		"applications.csv": "application_id,source_id,invoice_id,applied_on,amount\nA1,P1,I1,2025-01-31,600\nA2,P2,I2,2025-05-01,360\n" +
			"A6,P6,I6,2026-07-11,400\nA7,P7,I7,2026-07-12,300\nA8,P8,I8,2026-06-22,200\n",
		"write_offs.csv": "write_off_id,invoice_id,written_off_on,amount\nW1,I2,2025-06-30,40\n",
		"financial_statements.csv": "customer_id,on,total_assets,current_assets,total_liabilities,current_liabilities,retained_earnings,ebit,equity\n" +
			"A,2025-12-31,1000,500,600,300,200,80,400\nA,2024-12-31,1000,100,900,300,-200,-80,100\nB,2025-12-31,1000,200,950,300,-400,-50,50\n",
	} {
		put(t, filepath.Join(dir, name), text)
	}
	return dir
}

func TestCreditByHand(t *testing.T) {
	t.Parallel()
	dir := smallCredit(t)
	for name, c := range map[string]struct {
		statement string
		want      []string
	}{
		"limits": {
			"select customer_id, standing, cast(utilisation_percent as decimal(9, 2)) as used from mart.credit_exposure order by customer_id",
			[]string{"A,over,111.11", "B,within,83.33", "C,breach,90"},
		},
		"groups": {
			"select parent_id, customers, cast(net_amount as decimal(9, 0)) as net, cast(share_percent as decimal(9, 2)) as share from mart.credit_group order by place",
			[]string{"A,2,600,86.96", "C,1,90,13.04"},
		},
		"provision": {
			"select bucket, cast(own_rate as decimal(9, 4)) as rate, cast(own_provision as decimal(9, 2)) as provision from mart.credit_provision order by bucket_order",
			[]string{"current,0.04,27.6", "1-30,0.1,0", "31-60,0.1,0", "61-90,0.1,0", "91+,1,0"},
		},
		"accounts": {
			"select customer_id, accounts_on, cast(z as decimal(9, 4)) as z, zone from mart.credit_altman order by customer_id",
			[]string{"A,2025-12-31,3.2016,safe", "B,2025-12-31,-2.2407,distress"},
		},
		"behaviour": { // 700 ten days late and 200 eleven days early are 76.04; of A only two invoices were paid
			"select customer_id, paid_invoices, cast(paydex_like as decimal(9, 2)) as paydex, cast(days_beyond_terms as decimal(9, 2)) as dbt from mart.behaviour order by customer_id",
			[]string{"A,2,,33.75", "D,3,76.04,5.33"},
		},
		"nothing learnt": {
			"select kind, examples, cast((select min(score) + max(score) from mart.score) as bigint) as scores, (select count(probability_late) from mart.score) as probabilities from mart.score_card",
			[]string{"untrained,0,1000,0"},
		},
		"cash when due": { // I4 in 14 days, I5 in 49; I3 is due today: within a month, a share of 7/30 of the rest each week
			"select week, cast(open_amount as decimal(9, 2)) as amount from mart.forecast where week in (1, 2, 3, 7) order by week",
			[]string{"1,116.67", "2,189.44", "3,68.57", "7,113.69"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			said := must(t, exitDone, "query", c.statement, "--data", dir, "--as-of", "2026-10-31", "-o", "csv").stdout
			if rows := strings.Split(strings.TrimSpace(said), "\n")[1:]; !slices.Equal(rows, c.want) {
				t.Errorf("got  %v\nwant %v", rows, c.want)
			}
		})
	}
}
