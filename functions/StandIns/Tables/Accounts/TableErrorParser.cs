using System.Globalization;
using System.Text.Json;
using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>
/// Finds code and message in the service's <c>odata.error</c>, and which action of a transaction failed.
/// </summary>
internal sealed class TableErrorParser : RequestFailedDetailsParser
{
    /// <summary>Name under which an exception keeps the index of the action.</summary>
    public const string FailedEntity = "FailedEntity";

    public override bool TryParse(Response response, out ResponseError error, out IDictionary<string, string> data)
    {
        error = null;
        data = new Dictionary<string, string>();
        try
        {
            using var json = JsonDocument.Parse(response.Content);
            if (!json.RootElement.TryGetProperty("odata.error", out var body))
            {
                return false;
            }

            var code = body.GetProperty("code").GetString();
            var message = body.GetProperty("message").GetProperty("value").GetString();
            if (FailedAction(message) is { } index)
            {
                data[FailedEntity] = index.ToString(CultureInfo.InvariantCulture);
            }

            error = new ResponseError(code, message);
            return true;
        }
        catch (Exception foreign) when (foreign is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Not the service's own words: a proxy's page, or nothing. The status tells enough.
            return false;
        }
    }

    /// <summary>
    /// A failed transaction's message begins with the index of the action, as in <c>2:The entity…</c>
    /// </summary>
    private static int? FailedAction(string message)
    {
        var colon = message.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && int.TryParse(message.AsSpan(0, colon), CultureInfo.InvariantCulture, out var index)
            ? index
            : null;
    }
}
