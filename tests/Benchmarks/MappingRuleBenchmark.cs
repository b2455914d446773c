using BenchmarkDotNet.Attributes;
using Serverless.Contracts;
using Serverless.Relay.Routing;

namespace Serverless.Benchmarks;

/// <summary>
/// Matching a request against twenty mapping rules. One rule that matches, or none, has to allocate nothing; several
/// allocate the sum.
/// </summary>
[MemoryDiagnoser]
public class MappingRuleBenchmark
{
    private MappingRules _rules = null!;

    [GlobalSetup]
    public void Compile()
    {
        var rules = Enumerable.Range(0, 20).Select(number => new MappingRule
        {
            Method = "GET",
            Pattern = $"/rooms{number}/{{room}}/messages?since={{time}}",
            Metric = $"metric{number}",
        });
        _rules = MappingRules.Compile([.. rules, new MappingRule { Method = "GET", Pattern = "/rooms7/", Metric = "hits" }], [])!;
    }

    [Benchmark]
    public object OneRule() => _rules.Match("GET", "/rooms7/blue", "?since=0");

    [Benchmark]
    public object TwoRules() => _rules.Match("GET", "/rooms7/blue/messages/9", "?limit=10&since=0");

    [Benchmark]
    public object NoRule() => _rules.Match("GET", "/halls/blue/messages", "?since=0");

    [Benchmark]
    public object OneRuleInAnotherSpelling() => _rules.Match("GET", "/rooms7//bl%75e", "?since=0");
}
