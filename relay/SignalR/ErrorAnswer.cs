using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace Serverless.Relay.SignalR;

/// <summary>One thing that is wrong with a call.</summary>
/// <param name="Code">Stable name of it.</param>
/// <param name="Message">A sentence.</param>
/// <param name="Target">Which part of the call, or null.</param>
internal sealed record Fault(string Code, string Message, string? Target = null);

/// <summary>Errors as the service writes them: a header with the code, and a body with all that is wrong.</summary>
internal static class ErrorAnswer
{
    private const string CodeHeader = "x-ms-error-code";

    /// <summary>Who calls has not shown that they may.</summary>
    public static Fault Unauthorized { get; } = new(
        "Unauthorized", "The request needs 'Authorization: Bearer' with a token that is signed with the access key, for this address, and not over.");

    /// <summary>Writes one.</summary>
    public static async Task WriteAsync(HttpContext http, int status, params IReadOnlyList<Fault> faults)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.Headers[CodeHeader] = faults[0].Code;
        if (status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        response.Headers[HeaderNames.ContentType] = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        Write(json, faults[0]);
        json.WriteStartArray("details");
        foreach (var fault in faults.Skip(1))
        {
            json.WriteStartObject();
            Write(json, fault);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Fault fault)
    {
        json.WriteString("code", fault.Code);
        json.WriteString("message", fault.Message);
        if (fault.Target is not null)
        {
            json.WriteString("target", fault.Target);
        }
    }
}
