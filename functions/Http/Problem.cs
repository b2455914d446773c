using Microsoft.AspNetCore.Http;
using Serverless.Contracts;

namespace Serverless.Functions.Http;

/// <summary>A refusal as <c>application/problem+json</c>: a status, a stable code and a sentence that helps.</summary>
internal sealed class Problem(ProblemDocument document, params (string Name, string Value)[] headers) : IResult
{
    /// <summary>Whether it is <see cref="Stale"/>.</summary>
    public bool IsStale => document.Status == StatusCodes.Status412PreconditionFailed;

    public static Problem Of(int status, string code, string title, string detail) =>
        new(new ProblemDocument { Status = status, Code = code, Title = title, Detail = detail });

    /// <summary>There is no such thing: which one is said by its kind and the name asked for.</summary>
    public static Problem NotFound(string kind, string name) =>
        Of(404, "not_found", "Not found.", $"There is no {kind} '{Text.Shorten(name)}'.");

    /// <summary>The name is taken.</summary>
    public static Problem AlreadyExists(string kind, string name) =>
        Of(409, "already_exists", "Already exists.", $"There is a {kind} '{Text.Shorten(name)}' already.");

    /// <summary>Something else needs it.</summary>
    public static Problem InUse(string detail) => Of(409, "in_use", "In use.", detail);

    /// <summary>Somebody changed it since the caller read it.</summary>
    public static Problem Stale() => Of(
        412,
        "etag_mismatch",
        "Changed meanwhile.",
        "It is not any more what If-Match says: read it again, and send the ETag of that answer.");

    /// <summary>Members of the body are wrong: all of them, each with its place.</summary>
    public static Problem Invalid(IReadOnlyList<InvalidMember> errors) => new(new ProblemDocument
    {
        Status = 400,
        Code = errors.All(e => e.Code == "unknown_member") ? "unknown_member" : "invalid",
        Title = "The body is not valid.",
        Detail = errors.Count == 1 ? errors[0].Message : $"{errors.Count} members are not valid; see errors.",
        Errors = errors,
    });

    /// <summary>Writes it.</summary>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        foreach (var (name, value) in headers)
        {
            httpContext.Response.Headers[name] = value;
        }

        httpContext.Response.StatusCode = document.Status;
        return ReadableJson.WriteAsync(
            httpContext.Response,
            document,
            ContractsJson.Default.ProblemDocument,
            ProblemDocument.MediaType,
            httpContext.RequestAborted);
    }
}
