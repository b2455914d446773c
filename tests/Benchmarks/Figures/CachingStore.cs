using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;

namespace Serverless.Benchmarks.Figures;

/// <summary>
/// A table service that has every answer at hand: what is read a second time comes from memory. In a process of its own,
/// over real sockets: it takes the store's latency out, and leaves the cost of talking to it in.
/// </summary>
internal static class CachingStore
{
    public static async Task<int> RunAsync(Uri real)
    {
        using var client = new HttpClient();
        var answers = new ConcurrentDictionary<string, Task<KeptAnswer>>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(context => AnswerAsync(client, real, answers, context));
        await app.StartAsync();
        Console.WriteLine($"store={app.Urls.Single()}");
        Console.ReadLine();
        return 0;
    }

    private static async Task AnswerAsync(
        HttpClient client,
        Uri real,
        ConcurrentDictionary<string, Task<KeptAnswer>> answers,
        HttpContext context)
    {
        var path = context.Request.GetEncodedPathAndQuery();
        var answer = HttpMethods.IsGet(context.Request.Method)
            ? await answers.GetOrAdd(path, _ => ForwardAsync(client, real, context.Request))
            : await ForwardAsync(client, real, context.Request);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Type;
        context.Response.Headers.ETag = answer.Tag;
        context.Response.ContentLength = answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Body);
    }

    private static async Task<KeptAnswer> ForwardAsync(HttpClient client, Uri real, HttpRequest request)
    {
        using var forwarded = new HttpRequestMessage(
            new HttpMethod(request.Method),
            new Uri(real.GetLeftPart(UriPartial.Authority) + request.GetEncodedPathAndQuery()));
        foreach (var (name, values) in request.Headers.Where(header => header.Key is not ("Host" or "Content-Length" or "Content-Type")))
        {
            forwarded.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        if (request.ContentLength > 0)
        {
            forwarded.Content = new StreamContent(request.Body);
            forwarded.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }

        using var answer = await client.SendAsync(forwarded);
        return new(
            (int)answer.StatusCode,
            answer.Content.Headers.ContentType?.ToString(),
            answer.Headers.ETag?.ToString(),
            await answer.Content.ReadAsByteArrayAsync());
    }

    private sealed record KeptAnswer(int Status, string? Type, string? Tag, byte[] Body);
}
