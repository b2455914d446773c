using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Serverless.Functions.Audit;

/// <summary>The answer of a call, held back until it is sent: what a function writes meanwhile goes into memory.</summary>
internal sealed class HeldAnswer : IDisposable
{
    private readonly HttpContext _call;
    private readonly IHttpResponseBodyFeature _real;
    private readonly MemoryStream _body = new();
    private readonly StreamResponseBodyFeature _held;

    public HeldAnswer(HttpContext call)
    {
        (_call, _real) = (call, call.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        _held = new(_body);
        call.Features.Set<IHttpResponseBodyFeature>(_held);
    }

    /// <summary>All that was written; nothing more may be.</summary>
    public async Task<ReadOnlyMemory<byte>> EndAsync()
    {
        await _held.CompleteAsync();
        return Body;
    }

    /// <summary>Sends what was written.</summary>
    public async Task SendAsync()
    {
        Dispose();
        if (_body.Length > 0)
        {
            _call.Response.ContentLength = _body.Length;
            await _call.Response.Body.WriteAsync(Body, _call.RequestAborted);
        }
    }

    private ReadOnlyMemory<byte> Body => _body.GetBuffer().AsMemory(0, (int)_body.Length);

    /// <summary>What is written from now on is sent as ever, such as the answer for a function that threw.</summary>
    public void Dispose() => _call.Features.Set(_real);
}
