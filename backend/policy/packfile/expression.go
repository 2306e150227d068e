package packfile

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

// Expression is a compiled condition, number or date of a rule.
type Expression struct {
	source  string
	program *vm.Program
	facts   map[string]bool // that it names
}

// What an expression may give.
var (
	Bool = reflect.TypeFor[bool]()
	Int  = reflect.TypeFor[int]()
	Date = reflect.TypeFor[calendar.Date]()
)

// Literal watches facts whose arguments must be written out as text, so that a
// pack can be compared with what they name.
type Literal struct {
	Facts []string
	// Note is told of each call, possibly more than once, and may refuse it.
	Note func(fact string, words []string) error
}

// Compile checks an expression against a structure whose fields, named by their
// "expr" tags, are all that it may name. Only a total part of the language is
// accepted: facts, constants, comparison, arithmetic without division,
// and/or/not, a choice, and calls of the facts. There is no loop, no index and
// nothing that can fail when it runs.
func Compile(source string, facts any, want reflect.Type, literal Literal) (*Expression, error) {
	if len(source) > MaxExpressionBytes {
		return nil, fmt.Errorf("expression is longer than %d bytes", MaxExpressionBytes)
	}
	check := &checker{literal: literal, facts: map[string]bool{}}
	program, err := expr.Compile(source,
		expr.Env(facts), expr.DisableAllBuiltins(), expr.MaxNodes(maxExpressionNodes),
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
	return &Expression{source, program, check.facts}, nil
}

// Names tells whether the expression depends on a fact.
func (e *Expression) Names(fact string) bool { return e.facts[fact] }

// run evaluates; the load-time checks leave nothing that can fail here, so a
// failure is a defect of this program and not of the pack.
func (e *Expression) run(facts any) any {
	v, err := expr.Run(e.program, facts)
	if err != nil {
		panic(fmt.Errorf("packfile: %q cannot be evaluated: %w", e.source, err))
	}
	return v
}

// Bool evaluates an expression that was compiled to give Bool.
func (e *Expression) Bool(facts any) bool { return e.run(facts).(bool) }

// Int evaluates an expression that was compiled to give Int.
func (e *Expression) Int(facts any) int { return e.run(facts).(int) }

// Date evaluates an expression that was compiled to give Date.
func (e *Expression) Date(facts any) calendar.Date { return e.run(facts).(calendar.Date) }

// checker refuses what Compile does not accept.
type checker struct {
	literal Literal
	facts   map[string]bool // that are named
	refused error
}

// Visit is called by the compiler for every node, possibly more than once.
func (c *checker) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		c.facts[n.Value] = true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode,
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

// call collects the arguments of the facts that want them written out.
func (c *checker) call(n *ast.CallNode) {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		c.refuse("only the facts can be called")
		return
	}
	if !slices.Contains(c.literal.Facts, callee.Value) {
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
	if err := c.literal.Note(callee.Value, words); err != nil {
		c.refuse("%v", err)
	}
}
