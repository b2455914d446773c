using Serverless.Functions.Http;

namespace Serverless.Functions.Backends;

/// <summary>What the addresses of a backend have to look like, when it has several.</summary>
internal static class EndpointRules
{
    // Each may have 2048 characters, and a text in Table storage holds 32 Ki.
    private const int Most = 15;

    public static string[] Schemes { get; } = ["http", "https", "ws", "wss"];

    public static void Check(Errors errors, IReadOnlyList<string> endpoints, string? privateBaseUrl)
    {
        const string At = "/endpoints";
        if (endpoints.Count > Most)
        {
            errors.Add(At, "too_many", $"It may hold {Most} further private base URLs and holds {endpoints.Count}.");
            return;
        }

        var plain = privateBaseUrl is not null && !errors.Has("/private_base_url") ? IsPlain(privateBaseUrl) : (bool?)null;
        var seen = new HashSet<string>();
        if (plain is not null)
        {
            seen.Add(Spelt(privateBaseUrl!));
        }

        for (var i = 0; i < endpoints.Count; i++)
        {
            var at = $"{At}/{i}";
            errors.BaseUrl(at, endpoints[i], Schemes);
            if (errors.Has(at))
            {
                continue;
            }

            if (plain is not null && plain != IsPlain(endpoints[i]))
            {
                errors.Add(at, "contradiction", $"The private base URL has {(plain.Value ? "no TLS" : "TLS")}: this needs the same.");
            }
            else if (!seen.Add(Spelt(endpoints[i])))
            {
                errors.Add(at, "duplicate", "It is there twice: each address counts once.");
            }
        }
    }

    /// <summary>Whether an address has no TLS.</summary>
    public static bool IsPlain(string url) =>
        url.StartsWith("http:", StringComparison.OrdinalIgnoreCase) || url.StartsWith("ws:", StringComparison.OrdinalIgnoreCase);

    // Host, port and path: what is reached by http is reached by ws too.
    private static string Spelt(string url)
    {
        var uri = new Uri(url);
        return $"{uri.IdnHost}:{uri.Port}{uri.AbsolutePath.TrimEnd('/')}";
    }
}
