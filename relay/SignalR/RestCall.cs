using System.Globalization;

namespace Serverless.Relay.SignalR;

/// <summary>One call of the REST plane: who is meant, and what the query says.</summary>
internal sealed class RestCall(HttpContext http, Hubs hubs, TokenSigner signer, Quota quota, string hub, IReadOnlyDictionary<string, string> names)
{
    /// <summary>The request.</summary>
    public HttpRequest Request => http.Request;

    /// <summary>Its hub.</summary>
    public Hub Hub => hubs[hub];

    /// <summary>What signs tokens.</summary>
    public TokenSigner Signer => signer;

    /// <summary>Largest body.</summary>
    public int MaxBytes => quota.MaxBytes;

    /// <summary>User of the path.</summary>
    public string User => names["user"];

    /// <summary>Group of the path.</summary>
    public string Group => names["group"];

    /// <summary>Connection of the path.</summary>
    public string Connection => names["connection"];

    /// <summary>Why connections are closed, or null.</summary>
    public string? Reason => Request.Query["reason"] is [{ Length: > 0 } reason, ..] ? reason : null;

    /// <summary>Leaves out those that the query excludes.</summary>
    public IEnumerable<ClientConnection> ButExcluded(IEnumerable<ClientConnection> connections)
    {
        var excluded = Request.Query["excluded"].OfType<string>().ToHashSet(StringComparer.Ordinal);
        return excluded.Count == 0 ? connections : connections.Where(connection => !excluded.Contains(connection.Id));
    }

    /// <summary>A number of the query, or null when it is not there; a fault when it is none, or out of bounds.</summary>
    public int? Number(string name, int least, int most, out Fault? fault)
    {
        fault = null;
        if (Request.Query[name] is not [{ } text, ..])
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        fault = new Fault("InvalidArgument", $"'{name}' needs a number from {least} to {most}.", name);
        return null;
    }
}
