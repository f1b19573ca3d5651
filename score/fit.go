package score

import (
	"errors"
	"math"
)

// A design is the standardised features of the examples, row by row; the first column is 1.
type design struct {
	rows, columns int
	cells         []float64
}

func (d design) row(i int) []float64 { return d.cells[i*d.columns : (i+1)*d.columns] }

// errSingular is returned where the columns do not tell the coefficients apart, which a ridge above zero prevents.
var errSingular = errors.New("the features do not tell the coefficients apart")

// logistic fits the log odds of y by Newton's method (iteratively reweighted least squares). The ridge, one of each column, holds its
// coefficient towards zero; halving a step that makes the fit worse keeps separable data from running away.
func logistic(d design, y, ridge []float64) ([]float64, error) {
	w := make([]float64, d.columns)
	normal, gradient, loss := newton(d, y, w, ridge)
	for range 50 {
		step, err := solve(normal, gradient)
		if err != nil {
			return nil, err
		}
		next, better := make([]float64, len(w)), math.Inf(1)
		for size := 1.0; size > 1e-6 && better > loss; size /= 2 {
			for j := range w {
				next[j] = w[j] + size*step[j]
			}
			normal, gradient, better = newton(d, y, next, ridge)
		}
		gain := loss - better
		if gain < 0 {
			return w, nil
		}
		w, loss = next, better
		if gain < 1e-7*(1+loss) {
			return w, nil
		}
	}
	return w, nil
}

// logLoss is -log of the probability given to what happened, by its log odds, without overflow.
func logLoss(logit, y float64) float64 {
	return math.Max(logit, 0) - logit*y + math.Log1p(math.Exp(-math.Abs(logit)))
}

// newton is the normal equations of the next step from w, and the negative log likelihood at w with the ridge's share.
func newton(d design, y, w, ridge []float64) (normal [][]float64, gradient []float64, loss float64) {
	normal, gradient = matrix(d.columns), make([]float64, d.columns)
	for i := range d.rows {
		x := d.row(i)
		logit := dot(x, w)
		p := sigmoid(logit)
		accumulate(normal, gradient, x, p*(1-p), y[i]-p)
		loss += logLoss(logit, y[i])
	}
	for j := range w {
		normal[j][j] += ridge[j]
		gradient[j] -= ridge[j] * w[j]
		loss += ridge[j] * w[j] * w[j] / 2
	}
	return normal, gradient, loss
}

// linear fits y by least squares with a ridge of each column.
func linear(d design, y, ridge []float64) ([]float64, error) {
	normal, gradient := matrix(d.columns), make([]float64, d.columns)
	for i := range d.rows {
		accumulate(normal, gradient, d.row(i), 1, y[i])
	}
	for j := range ridge {
		normal[j][j] += ridge[j]
	}
	return solve(normal, gradient)
}

// accumulate adds one row to the lower triangle of the normal equations.
func accumulate(normal [][]float64, gradient, x []float64, weight, residual float64) {
	for j, a := range x {
		gradient[j] += residual * a
		into := normal[j]
		for k, b := range x[:j+1] {
			into[k] += weight * a * b
		}
	}
}

// solve solves the normal equations by Cholesky's factorisation of their lower triangle.
func solve(a [][]float64, b []float64) ([]float64, error) {
	n := len(b)
	for j := range n {
		for k := range j + 1 {
			sum := a[j][k] - dot(a[j][:k], a[k][:k])
			if j != k {
				a[j][k] = sum / a[k][k]
				continue
			}
			if sum <= 0 {
				return nil, errSingular
			}
			a[j][j] = math.Sqrt(sum)
		}
	}
	x := make([]float64, n)
	for j := range n {
		x[j] = (b[j] - dot(a[j][:j], x[:j])) / a[j][j]
	}
	for j := n - 1; j >= 0; j-- {
		sum := x[j]
		for k := j + 1; k < n; k++ {
			sum -= a[k][j] * x[k]
		}
		x[j] = sum / a[j][j]
	}
	return x, nil
}

// evenly is one ridge for every column but the first, which is the level of all.
func evenly(ridge float64, columns int) []float64 {
	all := make([]float64, columns)
	for j := 1; j < columns; j++ {
		all[j] = ridge
	}
	return all
}

func matrix(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
	}
	return m
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
