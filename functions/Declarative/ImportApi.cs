using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>What importing a document does, or would do.</summary>
/// <param name="DryRun">Whether nothing was written.</param>
/// <param name="Changed">How many resources are, or would be, made, changed or deleted.</param>
/// <param name="Services">The services, in the order of the document.</param>
internal sealed record ImportedAnswer(bool DryRun, int Changed, IReadOnlyList<ImportedService> Services);

/// <summary>REST surface for those who come from 3scale.</summary>
internal sealed class ImportApi(ThreeScaleImport import, DocumentNews news)
{
    [Function("documents-import-3scale")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ImportAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/documents:import-3scale")] HttpRequest request,
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

        if (await import.PlanAsync(document, errors, cancel) is not { } services || errors.Found.Count > 0)
        {
            return document.Refuse(errors);
        }

        IReadOnlyList<Change> plan = [.. services.SelectMany(service => service.Changes)];
        var applied = flags.DryRun
            ? new(plan, plan.Count)
            : await news.TellAsync(await Documents.ApplyAsync(plan, MadeChanges.In(request.HttpContext), cancel));
        return applied.Overtaken is null
            ? Answer.Ok(
                new(flags.DryRun, services.Sum(service => service.Changed), services),
                DocumentJson.Default.ImportedAnswer)
            : DocumentsApi.Overtaken(applied);
    }
}
