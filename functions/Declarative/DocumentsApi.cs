using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>What applying a document does, or would do.</summary>
/// <param name="DryRun">Whether nothing was written.</param>
/// <param name="Changed">How many resources are, or would be, made, changed or deleted.</param>
/// <param name="Changes">Every resource that the document is about, in the order of the steps.</param>
internal sealed record AppliedAnswer(bool DryRun, int Changed, IReadOnlyList<Change> Changes)
{
    public static AppliedAnswer Of(bool dryRun, IReadOnlyList<Change> changes) =>
        new(dryRun, changes.Count(change => change.Action != ChangeAction.Keep), changes);
}

/// <summary>REST surface of products as documents.</summary>
internal sealed class DocumentsApi(Documents documents, DocumentExport export, DocumentNews news)
{
    [Function("products-document-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/document")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        if (DocumentAnswer.Choose(request) is not { } language)
        {
            return DocumentAnswer.NotAcceptable;
        }

        return await export.WriteAsync(product, cancel) is { } document
            ? new DocumentAnswer(document, language)
            : Problem.NotFound("product", product);
    }

    [Function("documents-apply")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ApplyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/documents:apply")] HttpRequest request,
        CancellationToken cancel)
    {
        if (!Flags.TryRead(request, out var flags, out var invalid))
        {
            return invalid;
        }

        var errors = new Errors();
        var (document, problem) = await SourceDocument.ReadAsync(request, errors, cancel);
        if (document is null)
        {
            return problem!;
        }

        if (await documents.PlanAsync(document, flags.Prune, errors, cancel) is not { } plan || errors.Found.Count > 0)
        {
            return document.Refuse(errors);
        }

        var applied = flags.DryRun
            ? new(plan, plan.Count)
            : await news.TellAsync(await Documents.ApplyAsync(plan, MadeChanges.In(request.HttpContext), cancel));
        return applied.Overtaken is not null
            ? Overtaken(applied)
            : Answer.Ok(AppliedAnswer.Of(flags.DryRun, plan), DocumentJson.Default.AppliedAnswer);
    }

    /// <summary>The answer when somebody came in between.</summary>
    public static Problem Overtaken(Applied applied)
    {
        var done = applied.Changes.Take(applied.Done).Count(one => one.Action != ChangeAction.Keep);
        return Problem.Of(
            StatusCodes.Status409Conflict,
            "overtaken",
            "Overtaken.",
            $"Somebody else has changed {applied.Overtaken!.Resource}, or what it depends on, in the same moment. The {done} "
            + "changes before it are in force, the others not. Apply the same document again: it makes what is missing.");
    }
}
