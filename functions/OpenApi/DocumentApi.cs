using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;

namespace Serverless.Functions.OpenApi;

/// <summary>Serves the description of this API, and the page that shows it, to whoever asks.</summary>
internal sealed class DocumentApi(StaticFiles files)
{
    [Function("openapi")]
    [Anonymous]
    public IResult Document(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/openapi.yaml")] HttpRequest request) =>
        new StaticAnswer(files.Document);

    [Function("docs")]
    [Anonymous]
    public IResult Page(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/docs")] HttpRequest request) =>
        new StaticAnswer(files.Page);

    [Function("docs-files")]
    [Anonymous]
    public IResult File(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/docs/{file}")] HttpRequest request,
        string file) => files.Find(file) is { } found ? new StaticAnswer(found) : Problem.NotFound("file", file);
}
