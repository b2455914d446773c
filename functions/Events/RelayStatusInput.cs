using System.Text.RegularExpressions;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Events;

/// <summary>Body of a relay's status, as the contract has it.</summary>
internal sealed partial record RelayStatusInput
{
    // As many as there are reasons, and more, for each product.
    private const int MostRefused = 20_000;
    private const int MaxName = 100;

    public string? Relay { get; init; }

    public IReadOnlyList<OpenTunnelsInput>? Open { get; init; }

    public IReadOnlyList<RefusedRequestsInput>? Refused { get; init; }

    public void Check(Errors errors)
    {
        if (Relay is null)
        {
            errors.Required("/relay");
        }
        else if (!RelayPattern().IsMatch(Relay))
        {
            errors.Add("/relay", "invalid_relay", "It needs 1 to 64 letters, digits and '-'.");
        }

        CheckList(errors, "/open", Open, RelayStatus.MostProducts, (one, at) =>
        {
            CheckName(errors, at + "/product", one.Product);
            CheckName(errors, at + "/environment", one.Environment);
            CheckCount(errors, at + "/count", one.Count, 0);
        });
        CheckList(errors, "/refused", Refused, MostRefused, (one, at) =>
        {
            if (one.Product is not null)
            {
                CheckName(errors, at + "/product", one.Product);
            }

            CheckName(errors, at + "/reason", one.Reason);
            CheckCount(errors, at + "/count", one.Count, 1);
        });
    }

    public RelayStatus ToStatus() => new()
    {
        Relay = Relay!,
        Open = [.. Open!.Select(one => new OpenTunnels(one.Product!, one.Environment!, one.Count!.Value))],
        Refused = [.. Refused!.Select(one => new RefusedRequests(one.Product, one.Reason!, one.Count!.Value))],
    };

    private static void CheckList<T>(Errors errors, string at, IReadOnlyList<T>? list, int most, Action<T, string> check)
    {
        if (list is null)
        {
            errors.Required(at);
        }
        else if (list.Count > most)
        {
            errors.Add(at, "too_many", $"There may be {most} and are {list.Count}.");
        }
        else
        {
            foreach (var (index, one) in list.Index())
            {
                check(one, $"{at}/{index}");
            }
        }
    }

    private static void CheckName(Errors errors, string at, string? name)
    {
        if (name is null)
        {
            errors.Required(at);
        }
        else if (name.Length is 0 or > MaxName || name.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            errors.Add(at, "invalid_name", $"It needs 1 to {MaxName} characters of ASCII without spaces.");
        }
    }

    private static void CheckCount(Errors errors, string at, long? count, long least)
    {
        if (count is null)
        {
            errors.Required(at);
        }
        else if (count < least)
        {
            errors.Add(at, "out_of_range", $"It needs to be {least} or more.");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RelayPattern();
}

/// <summary>Open tunnels of a status.</summary>
internal sealed record OpenTunnelsInput
{
    public string? Product { get; init; }

    public string? Environment { get; init; }

    public long? Count { get; init; }
}

/// <summary>Refused requests of a status.</summary>
internal sealed record RefusedRequestsInput
{
    public string? Product { get; init; }

    public string? Reason { get; init; }

    public long? Count { get; init; }
}
