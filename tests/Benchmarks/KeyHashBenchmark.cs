using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using Serverless.Functions.Applications;

namespace Serverless.Benchmarks;

/// <summary>What it costs to turn a key into the row it is looked up by; the hexadecimal text is all that is allocated.</summary>
[MemoryDiagnoser]
public class KeyHashBenchmark
{
    private readonly KeyHasher _hasher =
        new(Options.Create(new KeysOptions { Pepper = Convert.ToBase64String(new byte[32]) }));

    private string _key = "";

    /// <summary>A generated key, and the longest that is allowed.</summary>
    [Params(32, UserKey.MaxLength)]
    public int Length { get; set; }

    [GlobalSetup]
    public void MakeKey() => _key = new string('k', Length);

    [Benchmark]
    public int Hash() => _hasher.Hash(_key).Hex.Length;
}
