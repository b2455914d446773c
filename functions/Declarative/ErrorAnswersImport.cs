using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.Functions.Declarative;

/// <summary>Takes over what a 3scale service answers when it refuses.</summary>
internal static class ErrorAnswersImport
{
    // Name here, name there, and the status that 3scale's gateway takes when the document has none.
    private static readonly (string Name, string From, int Status)[] Cases =
    [
        ("credentials_missing", "auth_missing", 401),
        ("authentication_failed", "auth_failed", 403),
        ("no_match", "no_match", 404),
        ("limits_exceeded", "limits_exceeded", 429),
    ];

    /// <summary>Members of the proxy that are taken over here.</summary>
    public static IReadOnlyList<string> Members { get; } =
    [
        .. Cases.SelectMany(one => new[] { "error_" + one.From, "error_status_" + one.From, "error_headers_" + one.From }),
    ];

    public static JsonObject? Read(Section proxy, Trace trace, Report report)
    {
        var answers = new JsonObject();
        foreach (var (name, from, status) in Cases)
        {
            if (proxy.Text("error_" + from) is not { } text)
            {
                continue;
            }

            var answer = new JsonObject
            {
                ["status"] = proxy.Member("error_status_" + from) is { } said
                    ? JsonSerializer.SerializeToNode(said.Element, DocumentJson.Default.JsonElement)
                    : status,
                ["text"] = text,
            };
            if (ReadType(proxy, "error_headers_" + from, text, report) is { } type)
            {
                answer["content_type"] = type;
            }

            answers[name] = answer;
            var at = "/error_answers/" + name;
            trace.Add(at, $"{proxy.At}/error_{from}");
            trace.Add(at + "/status", $"{proxy.At}/error_status_{from}");
            trace.Add(at + "/content_type", $"{proxy.At}/error_headers_{from}");
        }

        return answers.Count == 0 ? null : answers;
    }

    // Texts are UTF-8 here. ASCII is the same in it; of another charset the document, being JSON, holds the text already.
    private static string? ReadType(Section proxy, string member, string text, Report report)
    {
        if (proxy.Text(member) is not { Length: > 0 } type || !MediaTypeHeaderValue.TryParse(type, out var parsed))
        {
            return proxy.Text(member) is { Length: > 0 } other ? other : null;
        }

        if (parsed.CharSet is { } charset && !charset.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            parsed.CharSet = "utf-8";
            if (!Ascii.IsValid(text) || !charset.Trim('"').Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
            {
                report.Change($"{proxy.At}/{member}", "charset_changed", "Texts are sent in UTF-8: the charset becomes utf-8.");
            }
        }

        return parsed.ToString();
    }
}
