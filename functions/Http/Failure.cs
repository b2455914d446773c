using Azure;
using Azure.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Serverless.Contracts;

namespace Serverless.Functions.Http;

/// <summary>
/// Turns what no function caught into an answer: 503 when storage is away, 400 for a request that broke off, 500 and an
/// error in the log for a bug. The one place for it, under either host.
/// </summary>
internal sealed partial class Failure(ILogger<Failure> logger)
{
    /// <summary>The answer to a request that ended in this exception.</summary>
    public Problem Name(Exception exception, HttpRequest request)
    {
        if (exception is BadHttpRequestException bad)
        {
            return Problem.Of(bad.StatusCode, "malformed_request", "Not a request.", "The request breaks off or is too large.");
        }

        if (IsStorageAway(exception))
        {
            StorageAway(exception, request.Method, request.Path);
            return new(
                new ProblemDocument
                {
                    Status = 503,
                    Code = "storage_unavailable",
                    Title = "Storage is away.",
                    Detail = "Table storage does not answer. Nothing is wrong with the request: send it again later.",
                },
                ("Retry-After", "5"));
        }

        Unexpected(exception, request.Method, request.Path);
        return Problem.Of(500, "internal_error", "Our fault.", "The request failed for a reason that is ours; it is logged.");
    }

    /// <summary>Whether somebody waits for an answer at all.</summary>
    public static bool IsAbandoned(Exception exception, HttpContext context) =>
        context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException;

    /// <summary>Whether storage did not answer, or not in time.</summary>
    public static bool IsStorageAway(Exception exception) => exception switch
    {
        RequestFailedException { Status: 0 or 401 or 403 or 408 or 429 or >= 500 } => true,

        // What the pipeline throws when every try has failed, or ran out of time.
        AggregateException many => many.InnerExceptions.Any(IsStorageAway),
        OperationCanceledException => true,

        // Others have written in between for so long that asking again later is better than going on.
        TimeoutException => true,
        AuthenticationFailedException => true,
        _ => false,
    };

    [LoggerMessage(5000, LogLevel.Error, "{Method} {Path} failed unexpectedly.", EventName = "Unexpected")]
    private partial void Unexpected(Exception exception, string method, string path);

    [LoggerMessage(5001, LogLevel.Error, "{Method} {Path} failed: Table storage does not answer.", EventName = "StorageAway")]
    private partial void StorageAway(Exception exception, string method, string path);

    // The next free id is 5002.
}
