using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Events;

/// <summary>An event of a stream.</summary>
internal sealed record StreamedEvent(string Name, string? Id, JsonNode Data);

/// <summary>A stream of server-sent events as a client reads it: line by line, while it is open.</summary>
internal sealed class OpenStream : IDisposable
{
    private readonly HttpClient _client;
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private OpenStream(HttpClient client, HttpResponseMessage response, Stream body)
    {
        (_client, _response) = (client, response);
        _reader = new(body);
    }

    /// <summary>Headers of the answer.</summary>
    public HttpResponseMessage Answer => _response;

    /// <summary>The number that came without an event.</summary>
    public string? Begun { get; private set; }

    /// <summary>Lines that are no event's.</summary>
    public List<string> Others { get; } = [];

    public static async Task<OpenStream> OpenAsync(FunctionsApp app, string query = "", string? lastEventId = null, string? token = null)
    {
        // Not a client that reads an answer to its end before it gives it.
        var client = new HttpClient { BaseAddress = app.Anonymous.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token ?? FunctionsApp.AdminToken);
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/events" + query);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
        return new(client, response, await response.Content.ReadAsStreamAsync().Soon());
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<StreamedEvent?> NextAsync()
    {
        var (name, id) = ("", (string?)null);
        JsonNode? data = null;
        while (await _reader.ReadLineAsync().Soon() is { } line)
        {
            switch (line.Split(": ", 2))
            {
                case ["event", var value]: name = value; break;
                case ["id", var value]: id = value; break;
                case ["data", var value]: data = JsonNode.Parse(value); break;
                case [""] when data is not null: return new(name, id, data);
                case [""]: (Begun, id) = (id ?? Begun, null); break;
                default: Others.Add(line); break;
            }
        }

        return null;
    }

    /// <summary>The next event of a name, whatever comes before it.</summary>
    public async Task<StreamedEvent> NextAsync(string name)
    {
        while (await NextAsync() is { } one)
        {
            if (one.Name == name)
            {
                return one;
            }
        }

        throw new EndOfStreamException($"The stream ended before an event {name}.");
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
        _client.Dispose();
    }
}
