using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Text.RegularExpressions;
using Azure.Core.Diagnostics;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>What an app asks of storage, such as <c>GET keys</c>: of this app alone, as each has an account of its own.</summary>
internal sealed partial class StorageRequests : IDisposable
{
    private const int Request = 1;

    private readonly ConcurrentQueue<string> _requests = new();
    private readonly AzureEventSourceListener _listener;
    private readonly string _account;

    public StorageRequests(FunctionsApp app)
    {
        _account = app.ConnectionString.Split(';').Single(part => part.StartsWith("AccountName=", StringComparison.Ordinal))[12..];
        _listener = new(Note, EventLevel.Informational);
    }

    /// <summary>What something asks for, sorted.</summary>
    public async Task<IReadOnlyList<string>> OfAsync(Func<Task> act)
    {
        _requests.Clear();
        await act().Soon();
        return [.. _requests.Order()];
    }

    public void Dispose() => _listener.Dispose();

    private void Note(EventWrittenEventArgs e, string message)
    {
        if (e.EventSource.Name == "Azure-Core"
            && e.EventId == Request
            && Line().Match(message) is { Success: true } line
            && line.Groups["account"].Value == _account)
        {
            _requests.Enqueue($"{line.Groups["method"].Value} {line.Groups["table"].Value}");
        }
    }

    [GeneratedRegex(@"\] (?<method>[A-Z]+) https?://[^/]+/(?<account>[^/]+)/(Tests)?(?<table>\$?[A-Za-z]+)")]
    private static partial Regex Line();
}
