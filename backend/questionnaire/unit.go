package questionnaire

import (
	"math/big"
	"strconv"
	"strings"
)

// unit is a UCUM unit in terms of the seven base units: value × factor + offset.
type unit struct {
	factor    *big.Rat
	offset    *big.Rat // of temperatures; nil for every other unit
	dim       [7]int   // m s g rad K C cd
	arbitrary string   // units such as [iU], comparable only with themselves
}

// base turns a number of this unit into base units.
func (u unit) base(value *big.Rat) *big.Rat {
	out := new(big.Rat).Set(value)
	if u.offset != nil {
		out.Add(out, u.offset)
	}
	return out.Mul(out, u.factor)
}

// definition is one unit of UCUM: value × of, prefixes allowed when metric.
// https://ucum.org/ucum, tables 2 to 18, the units of medicine and daily life.
type definition struct {
	metric bool
	value  string
	of     string
}

var baseUnits = map[string]int{"m": 0, "s": 1, "g": 2, "rad": 3, "K": 4, "C": 5, "cd": 6}

var units = map[string]definition{
	"10*": {false, "10", "1"}, "10^": {false, "10", "1"}, "%": {false, "0.01", "1"},
	"[ppth]": {false, "0.001", "1"}, "[ppm]": {false, "1e-6", "1"}, "[ppb]": {false, "1e-9", "1"},
	"mol": {true, "6.0221367e23", "1"}, "eq": {true, "1", "mol"}, "osm": {true, "1", "mol"}, "kat": {true, "1", "mol/s"},
	"U": {true, "1", "umol/min"}, "Hz": {true, "1", "s-1"}, "N": {true, "1", "kg.m/s2"}, "Pa": {true, "1", "N/m2"},
	"J": {true, "1", "N.m"}, "W": {true, "1", "J/s"}, "A": {true, "1", "C/s"}, "V": {true, "1", "J/C"},
	"F": {true, "1", "C/V"}, "Ohm": {true, "1", "V/A"}, "S": {true, "1", "Ohm-1"}, "Wb": {true, "1", "V.s"},
	"T": {true, "1", "Wb/m2"}, "H": {true, "1", "Wb/A"}, "sr": {true, "1", "rad2"}, "lm": {true, "1", "cd.sr"},
	"lx": {true, "1", "lm/m2"}, "Bq": {true, "1", "s-1"}, "Gy": {true, "1", "J/kg"}, "Sv": {true, "1", "J/kg"},
	"L": {true, "1", "dm3"}, "l": {true, "1", "dm3"}, "ar": {true, "100", "m2"}, "t": {true, "1000", "kg"},
	"bar": {true, "100000", "Pa"}, "u": {true, "1.6605402e-24", "g"}, "eV": {true, "1.60217733e-19", "J"},
	"deg": {false, "0.017453292519943295", "rad"}, "g%": {true, "1", "g/dl"}, "Ao": {false, "0.1", "nm"},
	"min": {false, "60", "s"}, "h": {false, "60", "min"}, "d": {false, "24", "h"}, "wk": {false, "7", "d"},
	"a": {false, "365.25", "d"}, "a_j": {false, "365.25", "d"}, "mo": {false, "30.4375", "d"}, "mo_j": {false, "30.4375", "d"},
	"[in_i]": {false, "2.54", "cm"}, "[ft_i]": {false, "12", "[in_i]"}, "[yd_i]": {false, "3", "[ft_i]"},
	"[mi_i]": {false, "5280", "[ft_i]"}, "[nmi_i]": {false, "1852", "m"}, "[gr]": {false, "64.79891", "mg"},
	"[lb_av]": {false, "7000", "[gr]"}, "[oz_av]": {false, "437.5", "[gr]"}, "[stone_av]": {false, "14", "[lb_av]"},
	"[gal_us]": {false, "231", "[in_i]3"}, "[qt_us]": {false, "57.75", "[in_i]3"}, "[pt_us]": {false, "28.875", "[in_i]3"},
	"[foz_us]": {false, "1.8046875", "[in_i]3"}, "[cup_us]": {false, "14.4375", "[in_i]3"},
	"[tbs_us]": {false, "0.90234375", "[in_i]3"}, "[tsp_us]": {false, "0.30078125", "[in_i]3"}, "[drp]": {false, "0.05", "ml"},
	"m[Hg]": {true, "133.322", "kPa"}, "m[H2O]": {true, "9.80665", "kPa"}, "[psi]": {false, "6.894757293168", "kPa"},
	"cal": {true, "4.184", "J"}, "[Cal]": {false, "1", "kcal"}, "[diop]": {false, "1", "m-1"}, "gf": {true, "9.80665", "g.m/s2"},
}

// arbitraryUnits measure by a procedure and convert into nothing else.
var arbitraryUnits = map[string]bool{"[iU]": true, "[IU]": true, "[arb'U]": true, "[USP'U]": true, "[CFU]": true,
	"[CCID_50]": true, "[TCID_50]": true, "[EID_50]": true, "[PFU]": true, "[FFU]": true, "[BAU]": true, "[AU]": true,
	"[GPL'U]": true, "[MPL'U]": true, "[pH]": true, "[beth'U]": true, "[hpf]": true, "[lpf]": true}

// temperatures have their zero elsewhere. UCUM calls them special units.
var temperatures = map[string][2]string{"Cel": {"1", "273.15"}, "[degF]": {"5/9", "459.67"}}

var prefixes = map[string]int{"Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1,
	"d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24}

// parseUnit reads a UCUM expression such as mg/dL, 10*9/L, kg.m/s2 or /min.
// An empty one is the unit 1.
func parseUnit(symbol string) (unit, bool) {
	if len(symbol) > 100 {
		return unit{}, false
	}
	if t, ok := temperatures[symbol]; ok {
		factor, _ := new(big.Rat).SetString(t[0])
		offset, _ := new(big.Rat).SetString(t[1])
		return unit{factor: factor, offset: offset, dim: [7]int{4: 1}}, true
	}
	p := unitParser{rest: symbol}
	u, ok := p.term(0)
	return u, ok && p.rest == ""
}

// converts tells whether a unit has the dimension of another.
func converts(symbol, canonical string) membership {
	u, ok := parseUnit(symbol)
	other, okOther := parseUnit(canonical)
	if ok && okOther && symbol != "" && u.dim == other.dim && u.arbitrary == other.arbitrary {
		return present
	}
	return absent
}

func one() unit { return unit{factor: big.NewRat(1, 1)} }

type unitParser struct{ rest string }

func (p *unitParser) eat(prefix string) bool {
	rest, ok := strings.CutPrefix(p.rest, prefix)
	p.rest = rest
	return ok
}

func (p *unitParser) term(depth int) (unit, bool) {
	out := one()
	power := 1
	if p.eat("/") {
		power = -1
	} else if p.rest == "" {
		return out, true
	}
	for depth < 10 {
		next, ok := p.component(depth)
		if !ok {
			return unit{}, false
		}
		out = out.times(next, power)
		switch {
		case p.eat("."):
			power = 1
		case p.eat("/"):
			power = -1
		default:
			return out, true
		}
	}
	return unit{}, false
}

func (p *unitParser) component(depth int) (unit, bool) {
	if p.eat("(") {
		u, ok := p.term(depth + 1)
		return u, ok && p.eat(")")
	}
	symbol := p.symbol()
	annotated := p.annotation()
	if symbol == "" {
		return one(), annotated
	}
	return simpleUnit(symbol)
}

// annotation skips words in braces: {cells} means 1.
func (p *unitParser) annotation() bool {
	if !strings.HasPrefix(p.rest, "{") {
		return false
	}
	end := strings.IndexByte(p.rest, '}')
	if end < 0 {
		return false
	}
	p.rest = p.rest[end+1:]
	return true
}

// symbol takes everything up to the next operator outside square brackets.
func (p *unitParser) symbol() string {
	inside := false
	for i := range len(p.rest) {
		switch c := p.rest[i]; {
		case c == '[':
			inside = true
		case c == ']':
			inside = false
		case !inside && strings.IndexByte("./(){}", c) >= 0:
			symbol := p.rest[:i]
			p.rest = p.rest[i:]
			return symbol
		}
	}
	symbol := p.rest
	p.rest = ""
	return symbol
}

// simpleUnit reads a number, or a prefix, a unit and an exponent.
func simpleUnit(symbol string) (unit, bool) {
	if n, err := strconv.ParseUint(symbol, 10, 31); err == nil && n > 0 {
		return unit{factor: big.NewRat(int64(n), 1)}, true
	}
	name := strings.TrimRight(symbol, "0123456789")
	digits := symbol[len(name):]
	if digits != "" && name != "" && (name[len(name)-1] == '-' || name[len(name)-1] == '+') {
		digits = name[len(name)-1:] + digits
		name = name[:len(name)-1]
	}
	power := 1
	if digits != "" {
		n, err := strconv.Atoi(digits)
		if err != nil || n > 30 || n < -30 || n == 0 {
			return unit{}, false
		}
		power = n
	}
	u, ok := atom(name)
	if !ok {
		return unit{}, false
	}
	return one().times(u, power), true
}

func atom(name string) (unit, bool) {
	if u, _, ok := known(name); ok {
		return u, true
	}
	for length := 1; length <= 2 && length < len(name); length++ {
		power, isPrefix := prefixes[name[:length]]
		if u, metric, ok := known(name[length:]); isPrefix && ok && metric {
			return u.times(unit{factor: big.NewRat(10, 1)}, power), true
		}
	}
	return unit{}, false
}

// known is a unit without prefix, and whether it takes one.
func known(name string) (u unit, metric, ok bool) {
	if i, isBase := baseUnits[name]; isBase {
		u = one()
		u.dim[i] = 1
		return u, true, true
	}
	if arbitraryUnits[name] {
		u = one()
		u.arbitrary = name
		return u, true, true
	}
	d, isDefined := units[name]
	if !isDefined {
		return unit{}, false, false
	}
	u, ok = parseUnit(d.of)
	if !ok {
		return unit{}, false, false
	}
	value, _ := new(big.Rat).SetString(d.value)
	u.factor = new(big.Rat).Mul(u.factor, value)
	return u, d.metric, true
}

// times multiplies by other to the power.
func (u unit) times(other unit, power int) unit {
	out := unit{factor: new(big.Rat).Set(u.factor), dim: u.dim, arbitrary: u.arbitrary}
	factor := new(big.Rat).Set(other.factor)
	if power < 0 {
		factor.Inv(factor)
	}
	for range max(power, -power) {
		out.factor.Mul(out.factor, factor)
	}
	for i := range out.dim {
		out.dim[i] += other.dim[i] * power
	}
	if other.arbitrary != "" {
		out.arbitrary += other.arbitrary + strconv.Itoa(power)
	}
	return out
}
