using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Metering;

/// <summary>Body of a relay's report, as the contract has it.</summary>
internal sealed partial record UsageReportInput
{
    public string? Relay { get; init; }

    public long? Sequence { get; init; }

    public long? AfterEvent { get; init; }

    public IReadOnlyList<UsageEntryInput>? Entries { get; init; }

    public void Check(Errors errors)
    {
        if (Relay is null)
        {
            errors.Required("/relay");
        }
        else if (!RelayPattern().IsMatch(Relay))
        {
            errors.Add("/relay", "invalid_relay", "It needs 1 to 64 characters A-Z, a-z, 0-9, '-', '_' and '.'.");
        }

        if (Sequence is null)
        {
            errors.Required("/sequence");
        }
        else if (Sequence < 0)
        {
            errors.Add("/sequence", "out_of_range", "It needs to be 0 or more.");
        }

        if (Entries is null)
        {
            errors.Required("/entries");
        }
        else if (Entries.Count > UsageReport.MostEntries)
        {
            errors.Add("/entries", "too_many", $"There may be {UsageReport.MostEntries} and are {Entries.Count}.");
        }
        else
        {
            CheckEntries(errors, Entries);
        }
    }

    private static void CheckEntries(Errors errors, IReadOnlyList<UsageEntryInput> entries)
    {
        var seen = new HashSet<string>();
        foreach (var (index, entry) in entries.Index())
        {
            entry.Check(errors, $"/entries/{index}");
            if (entry.Application is not null && !seen.Add(entry.Application))
            {
                errors.Add($"/entries/{index}/application", "duplicate", "There is an entry of this application before: add them up.");
            }
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RelayPattern();
}

/// <summary>An entry of a report.</summary>
internal sealed record UsageEntryInput
{
    public string? Product { get; init; }

    public string? Application { get; init; }

    public IReadOnlyDictionary<string, long>? Usage { get; init; }

    public void Check(Errors errors, string at)
    {
        if (Product is null)
        {
            errors.Required(at + "/product");
        }

        if (Application is null)
        {
            errors.Required(at + "/application");
        }

        foreach (var (metric, _) in Used().Where(used => used.Value < 0))
        {
            errors.Add(Errors.Append(at + "/usage", metric), "out_of_range", "It needs to be 0 or more.");
        }
    }

    public IReadOnlyDictionary<string, long> Used() => Usage ?? new Dictionary<string, long>();
}

/// <summary>How reports are read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(UsageReportInput))]
internal sealed partial class MeteringJson : JsonSerializerContext;
