package policy

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"

	"lianxin/backend/calendar"
)

// expression is a compiled condition or date of a rule.
type expression struct {
	source  string
	program *vm.Program
	linkIDs []string
	codes   []AnswerCode
}

var dateType = reflect.TypeFor[calendar.Date]()

// factsOf is what the expressions of each phase are checked against.
var factsOf = map[Phase]any{
	FromHistory:     historyFacts{},
	AtGate:          personFacts{},
	InQuestionnaire: answerFacts{},
	InInterview:     measureFacts{},
}

// compile checks an expression against the facts of its phase. Only a total part
// of the language is accepted: facts, constants, comparison, arithmetic without
// division, and/or/not, a choice, and calls of the facts. There is no loop, no
// index and nothing that can fail when it runs.
func compile(source string, phase Phase, want reflect.Type) (*expression, error) {
	if len(source) > MaxExpressionBytes {
		return nil, fmt.Errorf("expression is longer than %d bytes", MaxExpressionBytes)
	}
	e := &expression{source: source}
	check := &checker{expression: e}
	program, err := expr.Compile(source,
		expr.Env(factsOf[phase]), expr.DisableAllBuiltins(), expr.MaxNodes(maxExpressionNodes),
		expr.AsKind(want.Kind()), expr.WarnOnAny(), expr.DisableShortCircuit(), expr.Patch(check))
	if check.refused != nil {
		return nil, check.refused
	}
	if err != nil {
		message, _, _ := strings.Cut(err.Error(), "\n")
		return nil, fmt.Errorf("%s", message)
	}
	if got := program.Node().Type(); got != want {
		return nil, fmt.Errorf("the expression gives %v, %v is expected", got, want)
	}
	e.program = program
	return e, nil
}

// run evaluates; the load-time checks leave nothing that can fail here, so a
// failure is a defect of this program and not of the pack.
func (e *expression) run(facts any) any {
	v, err := expr.Run(e.program, facts)
	if err != nil {
		panic(fmt.Errorf("policy: %q cannot be evaluated: %w", e.source, err))
	}
	return v
}

func (e *expression) bool(facts any) bool          { return e.run(facts).(bool) }
func (e *expression) date(facts any) calendar.Date { return e.run(facts).(calendar.Date) }

// checker refuses what compile does not accept and notes the questions an
// expression reads.
type checker struct {
	expression *expression
	refused    error
}

// Visit is called by the compiler for every node, possibly more than once.
func (c *checker) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode,
		*ast.ConditionalNode, *ast.ArrayNode, *ast.ConstantNode:
	case *ast.UnaryNode:
		c.allow(n.Operator, "not", "!", "-")
	case *ast.BinaryNode:
		c.allow(n.Operator, "and", "&&", "or", "||", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "in")
	case *ast.CallNode:
		c.call(n)
	default:
		c.refuse("%s is not accepted here", strings.TrimSuffix(reflect.TypeOf(n).Elem().Name(), "Node"))
	}
}

func (c *checker) refuse(format string, args ...any) {
	if c.refused == nil {
		c.refused = fmt.Errorf(format, args...)
	}
}

func (c *checker) allow(operator string, accepted ...string) {
	if !slices.Contains(accepted, operator) {
		c.refuse("operator %q is not accepted here", operator)
	}
}

// call notes the arguments of the helpers that read answers. They must be
// written out, so that a pack can be compared with its questionnaire.
func (c *checker) call(n *ast.CallNode) {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		c.refuse("only the facts can be called")
		return
	}
	switch callee.Value {
	case "yes", "no", "number", "date", "answered", "skipped", "future", "has":
	default:
		return
	}
	var words []string
	for _, a := range n.Arguments {
		s, ok := a.(*ast.StringNode)
		if !ok {
			c.refuse("%s takes linkIds and codes written as text", callee.Value)
			return
		}
		words = append(words, s.Value)
	}
	c.note(callee.Value, words)
}

func (c *checker) note(helper string, words []string) {
	e := c.expression
	for i, w := range words {
		if helper == "has" && i > 0 {
			if code := (AnswerCode{words[0], w}); !slices.Contains(e.codes, code) {
				e.codes = append(e.codes, code)
			}
		} else if !slices.Contains(e.linkIDs, w) {
			e.linkIDs = append(e.linkIDs, w)
		}
	}
	if helper == "has" && len(words) < 2 {
		c.refuse("has takes a linkId and at least one code")
	}
}
